"""What is shown of a run of training, a page a file."""
