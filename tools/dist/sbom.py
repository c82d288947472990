"""The bill of materials: the crates that are compiled into the command, in CycloneDX."""

import json
import tomllib
import uuid

import project


def compiled(target, *features):
    """Returns names and versions of the crates that cargo compiles into the command."""
    tree = project.cargo(
        "tree", "--locked", "--package", project.CRATE, "--target", target, "--edges", "normal,no-proc-macro",
        "--prefix", "none", "--format", "{p}", *features,
    )  # fmt: skip
    words = [line.split() for line in tree.splitlines()]
    return {(line[0], line[1].removeprefix("v")) for line in words}


def checksums():
    lock = tomllib.loads((project.ROOT / "Cargo.lock").read_text())
    return {(crate["name"], crate["version"]): crate.get("checksum") for crate in lock["package"]}


def reference(name, version):
    return f"pkg:cargo/{name}@{version}"


def component(crate, checksum):
    name, version = crate["name"], crate["version"]
    entry = {
        "type": "library",
        "bom-ref": reference(name, version),
        "name": name,
        "version": version,
        "purl": reference(name, version),
    }
    if crate["license"]:
        # Old crates have `MIT/Apache-2.0`, by which they mean `OR`.
        entry["licenses"] = [{"expression": crate["license"].replace("/", " OR ")}]
    if checksum:
        entry["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    if crate["repository"]:
        entry["externalReferences"] = [{"type": "vcs", "url": crate["repository"]}]
    return entry


def bill(target, *features):
    metadata = project.metadata(target)
    crates, sums = compiled(target, *features), checksums()
    packages = {package["id"]: package for package in metadata["packages"]}
    key = {id: (package["name"], package["version"]) for id, package in packages.items()}
    components, dependencies, own = [], [], None
    for node in sorted(metadata["resolve"]["nodes"], key=lambda node: key[node["id"]]):
        if key[node["id"]] not in crates:
            continue
        entry = component(packages[node["id"]], sums[key[node["id"]]])
        if entry["name"] == project.CRATE:
            own = entry | {"type": "application"}
        else:
            components.append(entry)
        normal = [it["pkg"] for it in node["deps"] if any(kind["kind"] is None for kind in it["dep_kinds"])]
        on = sorted(reference(*key[id]) for id in normal if key[id] in crates)
        dependencies.append({"ref": entry["bom-ref"], "dependsOn": on})
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": own},
        "components": components,
        "dependencies": dependencies,
    }
    # A number that depends on the contents, since two builds of one source are one document.
    contents = json.dumps(document, sort_keys=True)
    document["serialNumber"] = uuid.uuid5(uuid.NAMESPACE_URL, project.REPOSITORY + contents).urn
    return json.dumps(document, indent=2) + "\n"
