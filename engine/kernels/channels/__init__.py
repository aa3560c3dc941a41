"""Statistics of the channels of maps, as a survey adds them up."""
