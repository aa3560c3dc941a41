"""What is open: the document, its selection, and what is computed of it."""
