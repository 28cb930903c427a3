"""The geometry of plants and made things: pure functions of a seed that give meshes. Nothing here moves or sounds."""
