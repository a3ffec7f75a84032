"""The organiser pages over several rooms: overview, applications, audit log, mail."""
