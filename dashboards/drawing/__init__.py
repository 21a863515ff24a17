"""How anything is drawn: colours and type, SVG, the process map. Knows no figure."""
