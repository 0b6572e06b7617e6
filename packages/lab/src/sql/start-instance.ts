import type { LoginRequest } from "../tds/login.ts";
import { startTdsServer } from "../tds/server.ts";
import type { LoginAnswer, ServerMessage, TdsHost } from "../tds/session.ts";
import { whyUnreadable } from "./availability.ts";
import { listTrackedTables } from "./change-tracking.ts";
import { ClientSession } from "./client-session.ts";
import { Engine, type EngineOptions } from "./engine.ts";
import { deniedDuring } from "./incidents.ts";
import { instanceFunctions } from "./instance-functions.ts";
import type { LoginDefinition } from "./instance-definition.ts";
import { isOnline } from "./instance-state.ts";
import { worded } from "./message-language.ts";
import { may, mayEnter } from "./permissions.ts";
import { toMessage } from "./sql-error.ts";
import { registerFunctions } from "./runtime/register-functions.ts";

export interface InstanceOptions extends EngineOptions {
  /** 0 takes a free port. */
  readonly port: number;
  /** Without it the server speaks plain text only. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

export interface RunningInstance {
  readonly port: number;
  close(): Promise<void>;
}

/** How often a running instance looks whether its service has been stopped. */
const watchEveryMs = 100;

/** Starts an instance that `createInstance` made. */
export async function startInstance(folder: string, options: InstanceOptions): Promise<RunningInstance> {
  const engine = new Engine(folder, options);
  const currentClient = () => {
    if (engine.current === undefined) throw new Error("No statement is running.");
    return engine.current;
  };
  registerFunctions(engine.attachments.db, instanceFunctions(engine, currentClient), engine.failure);
  const isDown = (): boolean => engine.isInForce("sql-down");
  const server = await startTdsServer({
    port: options.port,
    host: hostOf(engine),
    isRefusing: isDown,
    ...(options.tls && { tls: options.tls }),
  });
  const watch = setInterval(() => isDown() && server.cut(), watchEveryMs);
  watch.unref();
  return {
    port: server.port,
    async close() {
      clearInterval(watch);
      await server.close();
      engine.close();
    },
  };
}

function hostOf(engine: Engine): TdsHost {
  return {
    serverName: engine.serverName,
    version: engine.product.version,
    login: (request, spid) => logIn(engine, request, spid),
  };
}

function logIn(
  engine: Engine,
  request: LoginRequest,
  spid: number,
): LoginAnswer | { readonly refused: readonly ServerMessage[] } {
  const known = engine.state.logins.find((it) => it.user.toLowerCase() === request.userName.toLowerCase());
  const login = known && rightsNow(engine, known);
  const { language } = engine.settings;
  const refuse = (...messages: readonly ServerMessage[]) => ({
    refused: messages.map((it) => worded(it, language)),
  });
  const isRight = login !== undefined && login.password === request.password && !request.isIntegrated;
  const failed = {
    number: 18_456,
    state: 1,
    class: 14,
    text: `Login failed for user '${request.userName}'.`,
  };
  if (!isRight || (engine.isInForce("login-refused") && !may(login, "sysadmin"))) return refuse(failed);

  const database = engine.findDatabase(request.database === "" ? "master" : request.database);
  if (database === undefined || !isOnline(database) || !mayEnter(login, database)) {
    const text = `Cannot open database "${request.database}" requested by the login. The login failed.`;
    return refuse({ number: 4060, state: 1, class: 11, text }, failed);
  }
  const unreadable = whyUnreadable(engine, database);
  if (unreadable !== undefined) return refuse(toMessage(unreadable));
  const client = {
    spid,
    // What a login may do is looked at for each statement, as the server does.
    get login() {
      return rightsNow(engine, known!);
    },
    hostName: request.hostName,
    applicationName: request.applicationName,
    loginAtMs: engine.nowMs(),
    database: database.name,
  };
  return { session: new ClientSession(engine, client), database: database.name };
}

/** What a login may do after what was taken from it. The lab's own login keeps everything. */
function rightsNow(engine: Engine, login: LoginDefinition): LoginDefinition {
  if (may(login, "sysadmin")) return login;
  const denied = [
    ...(login.denied ?? []),
    ...(engine.settings.denied[login.user] ?? []),
    ...deniedDuring((it) => engine.isInForce(it)),
  ];
  if (!engine.isInForce("login-sees-nothing")) return { ...login, denied };
  const can = login.can.filter((permission) => permission === "backup");
  return { ...login, can, denied: [...denied, ...trackedTables(engine)] };
}

/** SELECT on every tracked table: who may read one is shown how it is tracked. */
function trackedTables(engine: Engine): readonly string[] {
  return engine.state.databases
    .filter(isOnline)
    .flatMap((it) =>
      listTrackedTables(engine.open(it)).map(({ name }) => `SELECT ON ${it.name}.dbo.${name}`),
    );
}
