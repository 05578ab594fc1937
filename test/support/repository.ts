export { type Repository, repository } from "../../src/server/demo/repository.ts";
