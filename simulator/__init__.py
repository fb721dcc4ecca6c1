# Threadloom's engine: real threads, recorded and explained. No Qt anywhere; works without a display.
#
# Recording half (standard library only, CPython >= 3.10; never imports the other half):
#   record    what happened: clock, event kinds, one append-only buffer per thread
#   storage   where a value lives: shared, locked, local, context
#   runtime   who runs: runner, spinner, schedules
#   lessons   what is run and shown          script    the user's own program
#   process   either in a process of its own
# Reading half (numpy):
#   trace     columns of events              analysis  outcomes, findings, verdict
#   picture   geometry and draw list         export    one file per format
#   session   choose, run, trace, findings   series    many runs one after the other
#   comparison  threading.local beside contextvars, by probes
#   cli       the command line over all of it
