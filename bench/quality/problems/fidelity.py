def problems(): return {}
