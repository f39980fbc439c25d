"""The process that stands beside one attempt of a training job.

It outlives whoever started it, claims the attempt before it runs anything, keeps the output, ends the whole process
tree and records how the command ended. It needs the standard library alone and is run as a folder, beside whatever
interpreter the user has:

    python -I -S .../training/supervisor ATTEMPT_FOLDER

Its words are files in ATTEMPT_FOLDER/control: `order` and `stop` in, `running.json` and `status.json` out; a lock on
`lock`, held for its whole life, is the proof that it lives. Start-up time counts for each training job, so its modules
leave out slow imports (json, re, pathlib, dataclasses, typing).
"""
