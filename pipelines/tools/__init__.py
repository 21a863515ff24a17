"""What the commands beside the walk do: looking, trying, comparing, asking, serving."""
