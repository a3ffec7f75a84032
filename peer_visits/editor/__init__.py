"""The call editor: settings, criteria and visits of a call, from the first draft to its publication."""
