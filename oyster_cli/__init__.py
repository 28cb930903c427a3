"""oyster: picture and sound of a shot, out of one step of one world."""

__version__ = "0.1.0"
