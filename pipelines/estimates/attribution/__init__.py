"""The check beside the claim: did the service really move away from the others, and from its own past?"""
