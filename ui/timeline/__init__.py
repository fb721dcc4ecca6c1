"""The timeline: paints draw lists of `simulator.picture` and turns mouse and keys into calls of the models."""
