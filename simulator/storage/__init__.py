"""Where a value lives: one recorded kind of namespace for each storage, each holding the real thing."""
