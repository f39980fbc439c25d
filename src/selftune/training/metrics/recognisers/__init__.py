"""The forms in which programs print metrics, one file each; `registry` lists them in the order of trying."""
