"""Delivery folders: written, listed, verified, summed up."""
