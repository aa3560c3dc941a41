"""Building blocks, one family a file: functions that write them down, and `BLOCKS` for the palette."""
