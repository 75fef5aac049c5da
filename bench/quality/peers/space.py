"""What the adapters share: conditions, and ordered choices as their indices for libraries without such."""


def exists(parameter, params):
    return all(parent in params and params[parent] in values for parent, values in parameter.get("when", {}).items())


def complete(space, values):
    """Only the parameters that exist, ordered choices back from their indices, as plain Python values.

    `values` holds every parameter, an ordinal as its index, for libraries that know no conditions.
    """
    params = {}
    for parameter in space:
        if exists(parameter, params):
            params[parameter["name"]] = plain(parameter, values[parameter["name"]])
    return params


def plain(parameter, value):
    kind = parameter["type"]
    if kind == "ordinal":
        return parameter["choices"][int(round(float(value)))]
    if kind == "int":
        return int(round(float(value)))
    if kind == "float":
        return min(parameter["high"], max(parameter["low"], float(value)))
    return value
