"""What a unit sees of the photograph: theoretical boxes, and the effective field measured by a job."""
