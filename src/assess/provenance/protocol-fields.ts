import type { Protocol } from "../../protocol/index.ts";
import type { FieldPath, NumberPlace } from "./provenance.ts";

/** What says whether the event happened, and when; and whose row it is, where a patient may have several. */
export function endpointFields({ endpoint, data }: Protocol): readonly FieldPath[] {
  return [
    ["endpoint", "event"],
    ...(endpoint.time ? [["endpoint", "time"]] : []),
    ...(data.patients.patient === undefined ? [] : [["data", "patients", "patient"]]),
  ];
}

/** Where the protocol asks for the horizon, and where it says how the status there is read. */
export function horizonFields({ endpoint }: Protocol, { horizon }: NumberPlace): readonly FieldPath[] {
  if (horizon === undefined) return [];
  if (horizon !== endpoint.horizon.short) {
    const i = endpoint.also.findIndex(({ short }) => short === horizon);
    return [["endpoint", "also", ...(i === -1 ? [] : [i])]];
  }
  return [["endpoint", "horizon"], ...(endpoint.readAt ? [["endpoint", "read_at"]] : [])];
}

/** Where the protocol names the stratum or the slice. */
export function groupFields(protocol: Protocol, { stratum, ...place }: NumberPlace): readonly FieldPath[] {
  const { strata } = protocol;
  if (stratum === undefined || stratum.startsWith("risk-group:")) return [];
  if (stratum.includes(",")) {
    const parts = stratum.split(",").map((part) => ({ ...place, stratum: part }));
    return [["intersections"], ...parts.flatMap((part) => groupFields(protocol, part))];
  }
  const [family = "", name = ""] = stratum.split(":");
  if (family === "slice") return [["slices", name]];
  const i = strata.findIndex(({ variable }) => variable === family);
  return [i === -1 ? ["strata"] : ["strata", i]];
}
