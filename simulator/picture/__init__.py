"""Pure geometry: from a recording to a draw list of plain data, which the window paints and the exports write."""
