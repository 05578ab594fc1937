import type { Built, BuiltFleet } from "../build/offline.ts";
import { byCodePoint } from "../problem/order.ts";
import { exitCode } from "./exit-code.ts";
import { Failure } from "./failure.ts";

/** The fleet that is named, or the only one. Throws a {@link Failure} that names the fleets if it is not there or must be chosen. */
export function fleetOf({ fleets }: Built, name: string | undefined): BuiltFleet {
  if (fleets.length === 0) throw new Failure(exitCode.negative, "there is no fleet: the Fleet documents cannot be used");
  const names = fleets.map(({ fleet }) => fleet).sort(byCodePoint);
  const found = name === undefined && fleets.length === 1 ? fleets[0] : fleets.find(({ fleet }) => fleet === name);
  if (found !== undefined) return found;
  const why = name === undefined ? "choose a fleet with --fleet" : `there is no fleet ${name}`;
  throw new Failure(exitCode.usage, `${why}; there ${names.length === 1 ? "is" : "are"} ${names.join(", ")}`);
}
