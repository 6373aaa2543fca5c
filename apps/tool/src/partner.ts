/** Registers the sites whose visitors may lend their tabs: `npm run partner -- --help`. Works while the server runs, and while not. */
import { type Partner, siteKeySchema } from "@potluck/protocol";
import { dataDirOf, findRoot, PartnerError, PartnerRegistry, readAdminToken } from "@potluck/signal/partners";
import { Command } from "commander";
import { join } from "node:path";
import * as v from "valibot";
import { checkDraft } from "./partner/check-draft.ts";
import { renderPartners } from "./partner/render-partners.ts";
import { scriptTags } from "./partner/script-tags.ts";

const root = findRoot(import.meta.url, process.env["POTLUCK_ROOT"]) ?? process.cwd();
const dataDir = dataDirOf(process.env, root);
const program = new Command("partner").description("Partner sites: whose visitors may choose to lend their tabs.");

program
  .command("add")
  .description("register a site; prints its key and the script tag for its pages")
  .requiredOption("--name <name>", "what visitors read, for example a newspaper's name")
  .requiredOption("--origin <origin...>", "whose pages may show the frame, for example https://example.org")
  .option("--max-tabs <n>", "visitors' tabs that may lend at once", "1000")
  .option("--unlisted", "keep it off the public page /partners")
  .action(async (flags: { name: string; origin: string[]; maxTabs: string; unlisted?: true }) => {
    const draft = checkDraft({
      name: flags.name,
      origins: flags.origin,
      maxTabs: Number(flags.maxTabs),
      isListed: flags.unlisted !== true,
    });
    const partner = await (await open()).add(draft, Date.now());
    console.log(`Registered ${partner.name} as ${partner.key}.\n`);
    console.log(await scriptTags(partner.key, join(root, "apps", "embed", "dist")));
  });

program
  .command("list")
  .description("print all partners, revoked ones too")
  .action(async () => console.log(renderPartners((await open()).all())));

program
  .command("revoke")
  .description("end a partnership: its visitors' tabs are out within seconds, and nobody is asked again")
  .argument("<key>", "the site's key, pk_…")
  .action(async (key: string) => {
    const partner = await (await open()).change(keyOf(key), { isRevoked: true }, Date.now());
    console.log(`Revoked ${partner.name}, ${partner.key}.`);
  });

program
  .command("origins")
  .description("say anew whose pages may show the frame")
  .argument("<key>", "the site's key, pk_…")
  .argument("<origin...>", "all of them, for example https://example.org")
  .action(async (key: string, origins: string[]) => {
    const registry = await open();
    const before: Partner | undefined = registry.get(keyOf(key));
    if (before === undefined) throw new PartnerError(`There is no partner with the key ${key}.`);
    const partner = await registry.change(
      before.key,
      { origins: checkDraft({ ...before, origins }).origins },
      Date.now(),
    );
    console.log(`${partner.name}: ${partner.origins.join(" ")}`);
  });

program
  .command("token")
  .description("print the token that the page /admin asks for")
  .action(async () => console.log(await readAdminToken(dataDir)));

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof PartnerError ? error.message : error);
  process.exitCode = 1;
}

async function open(): Promise<PartnerRegistry> {
  return PartnerRegistry.open(dataDir, (sentence) => {
    throw new PartnerError(sentence);
  });
}

function keyOf(text: string) {
  const key = v.safeParse(siteKeySchema, text);
  if (!key.success) throw new PartnerError(`${text} is no site key. One is pk_ and 24 digits; \`list\` prints them.`);
  return key.output;
}
