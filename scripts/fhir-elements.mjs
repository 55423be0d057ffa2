// node scripts/fhir-elements.mjs <folder>: writes assets/fhir/r4-elements.txt from HL7's definitions of FHIR R4
// (profiles-types.json and profiles-resources.json of https://hl7.org/fhir/R4/definitions.json.zip).
// A line for each type: its name, then name:types of each element; `*` may repeat, `.` is a type of its own path.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error("probity: error: name the folder with profiles-types.json and profiles-resources.json");
  process.exit(2);
}
const types = new Map();
for (const file of ["profiles-types.json", "profiles-resources.json"]) {
  for (const { resource } of JSON.parse(readFileSync(join(folder, file), "utf8")).entry) {
    const isType = resource.resourceType === "StructureDefinition" && resource.derivation !== "constraint";
    if (isType && resource.snapshot) for (const element of resource.snapshot.element) add(element);
  }
}
const lines = [...types]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([type, elements]) => `${type} ${elements.join(" ")}`);
const target = new URL("../assets/fhir/r4-elements.txt", import.meta.url);
writeFileSync(target, `${lines.join("\n")}\n`);
console.log(`${lines.length} types`);

function add({ path, type = [], contentReference, max }) {
  const dot = path.lastIndexOf(".");
  if (dot < 0) return;
  const parent = path.slice(0, dot);
  // A primitive's own value and id are its text; nobody navigates to them.
  if (/^[a-z]/.test(parent) || max === "0") return;
  const names = contentReference
    ? [contentReference.split("#")[1]]
    : type.map(({ code }) => {
        if (code.startsWith("http://hl7.org/fhirpath/System.")) return code.split(".").pop().toLowerCase();
        return code === "BackboneElement" || code === "Element" ? "." : code;
      });
  const elements = types.get(parent) ?? [];
  elements.push(`${path.slice(dot + 1)}:${names.join("|")}${max === "1" ? "" : "*"}`);
  types.set(parent, elements);
}
