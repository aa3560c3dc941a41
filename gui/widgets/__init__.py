"""Small parts that panels are made of. None of them knows the document."""
