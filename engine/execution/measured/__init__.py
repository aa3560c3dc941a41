"""What drawn weights need measured: see `running_statistics`; `measured_network` is the way in."""
