import { memoryBackend } from "../../../src/store/backends/memory.ts";
import { backendContract } from "../../contracts/backend.contract.ts";

backendContract("memory", async () => memoryBackend());
