import { readCall, type RemoteCall } from "./requests.ts";
import type { Response } from "./response.ts";
import type { Parameter, SqlSession } from "./session.ts";
import { sqlType } from "./sql-type.ts";
import { writeDone, writeReturnStatus, writeReturnValue } from "./tokens.ts";

interface CallContext {
  readonly session: SqlSession;
  readonly response: Response;
  readonly signal: AbortSignal;
}

interface Prepared {
  readonly text: string;
  readonly declaration: string;
}

/** Serves remote calls: `sp_executesql`, the prepared statements of one connection, and others as `EXEC`. */
export class RemoteCalls {
  readonly #prepared = new Map<number, Prepared>();
  #nextHandle = 1;
  #output: number | undefined;

  async serve(payload: Buffer, context: CallContext): Promise<void> {
    const call = readCall(payload);
    this.#output = undefined;
    const [first, second, third] = call.parameters;
    switch (call.procedure) {
      case "sp_executesql":
        return run(context, { text: text(first), declaration: text(second) }, call.parameters.slice(2));
      case "sp_prepare":
        this.#output = this.#prepare({ text: text(third), declaration: text(second) });
        return;
      case "sp_prepexec": {
        const prepared = { text: text(third), declaration: text(second) };
        this.#output = this.#prepare(prepared);
        return run(context, prepared, call.parameters.slice(3));
      }
      case "sp_execute":
        return this.#execute(context, call);
      case "sp_unprepare":
        this.#prepared.delete(Number(first?.value));
        return;
      default:
        return context.session.call(callText(call), call.parameters, context.response, context.signal);
    }
  }

  /** Ends the answer to a call. */
  async finish(response: Response): Promise<void> {
    if (response.hasError) response.done();
    response.release();
    writeReturnStatus(response.out, 0);
    if (this.#output !== undefined) {
      writeReturnValue(response.out, 0, { name: "", type: sqlType("int") }, this.#output);
    }
    writeDone(response.out, "done-procedure", response.hasFailed ? 2 : 0);
    await response.end();
  }

  #prepare(prepared: Prepared): number {
    this.#prepared.set(this.#nextHandle, prepared);
    return this.#nextHandle++;
  }

  async #execute(context: CallContext, call: RemoteCall): Promise<void> {
    const handle = Number(call.parameters[0]?.value);
    const prepared = this.#prepared.get(handle);
    if (prepared !== undefined) return run(context, prepared, call.parameters.slice(1));
    const message = `Could not find prepared statement with handle ${handle}.`;
    context.response.message({ number: 8179, state: 2, class: 16, text: message });
  }
}

async function run(context: CallContext, { text, declaration }: Prepared, values: readonly Parameter[]) {
  const names = [...declaration.matchAll(/(?:^|,)\s*(@\w+)\s/g)].map((match) => match[1]!);
  // Clients may leave the names out, or write them as they like: the position counts.
  const parameters = values.map((value, at) => ({ ...value, name: names[at] ?? value.name }));
  await context.session.call(text, parameters, context.response, context.signal);
}

function text(parameter: Parameter | undefined): string {
  return typeof parameter?.value === "string" ? parameter.value : "";
}

function callText(call: RemoteCall): string {
  const passed = call.parameters.map(({ name }) => (name === "" ? "NULL" : `${name} = ${name}`));
  return `EXEC [${call.procedure}] ${passed.join(", ")}`;
}
