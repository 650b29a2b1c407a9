"""Document to Report. Pure; knows nothing of formats."""
