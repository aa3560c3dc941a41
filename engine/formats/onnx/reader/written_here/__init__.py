"""Files that this program wrote come back as they were."""
