"""What the commands beside the walk do: inspecting, trying, comparing, asking, serving."""
