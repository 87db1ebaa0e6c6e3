/** Which runs are still at work, as far as this machine can tell. */
import { hostname } from "node:os";
import { errorCode } from "./folder.ts";

/** Who is at work. */
export interface Runs {
  /** Notes that a run of this process begins, and returns its name for others. */
  begin(): string;
  end(name: string): void;
  /** Whether the run of that name is still at work. Of another machine's nobody can tell: it counts as such. */
  isAtWork(name: string): boolean;
}

const here = new Set<string>();
let begun = 0;

/** The processes of this machine. */
export const realRuns: Runs = {
  begin: () => {
    begun += 1;
    const name = `${process.pid} ${hostname()} ${begun}`;
    here.add(name);
    return name;
  },
  end: (name) => void here.delete(name),
  isAtWork: (name) => {
    const [pid = "", machine] = name.split(" ");
    if (machine !== hostname() || !/^[1-9]\d*$/.test(pid)) return true;
    return Number(pid) === process.pid ? here.has(name) : exists(Number(pid));
  },
};

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process cannot be asked, but it is there.
    return errorCode(error) !== "ESRCH";
  }
}
