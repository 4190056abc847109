#include "deployer/commands/composition_command_line.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>

#include "deployer/commands/composition_commands.hpp"

namespace longshore::deployer {
namespace {

// The options of a command live as long as its callback.
template <class Options>
std::shared_ptr<Options> options_of(CLI::App& command) {
  auto options = std::make_shared<Options>();
  command.add_option("--dir", options->common.folder, "Folder of compositions")
      ->capture_default_str()
      ->transform([](std::string folder) {  // "compositions/", as shells complete it
        while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
        return folder;
      });
  return options;
}

template <class Options>
void add_registries(CLI::App& command, Options& options) {
  command.add_option("--env", options.common.environments, "An environment file, for its registries; several times")
      ->type_name("FILE")
      ->allow_extra_args(false);
  command
      .add_option(
          "--registry", options.common.registries,
          "HOST[:PORT][,plain_http][,ca_file=PATH][,username=NAME][,password=env:NAME|,password_file=PATH]; several times")
      ->type_name("REGISTRY")
      ->allow_extra_args(false);
}

void add_composition(CLI::App& command, std::string& composition) {
  command.add_option("composition", composition, "Its file, or its name")->required();
}

}  // namespace

void add_composition_commands(CLI::App& app, const Surroundings& surroundings, int& code) {
  CLI::App& resolve_command =
      *app.add_subcommand("resolve", "Ask the registries for every digest and write the lock; exit 0, 1, 65 or 69");
  const auto resolved = options_of<ResolveOptions>(resolve_command);
  add_composition(resolve_command, resolved->composition);
  add_registries(resolve_command, *resolved);
  resolve_command.add_flag("--update", resolved->update, "Follow suppliers' tags that have moved");
  resolve_command.callback([resolved, &surroundings, &code] { code = resolve(*resolved, surroundings); });

  CLI::App& promote_command =
      *app.add_subcommand("promote", "Tag a tested composition and its images rc_…; exit 0, 1, 65 or 69");
  const auto promoted = options_of<PromoteOptions>(promote_command);
  promote_command.add_option("composition", promoted->composition, "c_STAMP, a git tag")->required();
  promote_command.add_option("--to", promoted->to, "rc_STAMP; else of the same stamp")->type_name("NAME");
  promote_command.add_option("--junit", promoted->junit, "Results of the integration test; several times")
      ->type_name("FILE")
      ->allow_extra_args(false)  // or it would take the composition behind it
      ->required();
  add_registries(promote_command, *promoted);
  promote_command.callback([promoted, &surroundings, &code] { code = promote(*promoted, surroundings); });

  CLI::App& diff_command =
      *app.add_subcommand("diff", "Say what differs between two compositions; exit 0, 1 if they differ, 65");
  const auto compared = options_of<DiffOptions>(diff_command);
  diff_command.add_option("from", compared->from, "File, lock, name or git tag")->required();
  diff_command.add_option("to", compared->to, "File, lock, name or git tag")->required();
  diff_command.add_flag("--json", compared->json, "As one JSON object");
  diff_command.callback([compared, &code] { code = diff(*compared); });

  CLI::App& recreate_command = *app.add_subcommand(
      "recreate", "Prove that the registries hold all of a composition, or say how to build it; exit 0, 1, 65 or 69");
  const auto recreated = options_of<RecreateOptions>(recreate_command);
  add_composition(recreate_command, recreated->composition);
  recreate_command
      .add_option("--build", recreated->build,
                  "What builds a component: {name} {tag} {image} {repository}; else of DIR/rebuild.yaml")
      ->type_name("COMMAND");
  recreate_command.add_flag("--run", recreated->run, "Build what is missing");
  add_registries(recreate_command, *recreated);
  recreate_command.callback([recreated, &surroundings, &code] { code = recreate(*recreated, surroundings); });

  CLI::App& list_command = *app.add_subcommand("list", "List compositions, and where they run; exit 0, 65 or 69");
  const auto listed = options_of<ListOptions>(list_command);
  list_command.add_option("--env", listed->common.environments, "An environment file, to ask its hosts; several times")
      ->type_name("FILE")
      ->allow_extra_args(false);
  list_command.callback([listed, &surroundings, &code] { code = list(*listed, surroundings); });

  CLI::App& registry_command = *app.add_subcommand("registry", "Keep the registry small");
  registry_command.require_subcommand(1);
  CLI::App& prune_command =
      *registry_command.add_subcommand("prune", "Say which images nobody needs, and delete them; exit 0, 1, 65 or 69");
  const auto pruned = options_of<PruneOptions>(prune_command);
  add_registries(prune_command, *pruned);
  prune_command.get_option("--env")->required();
  prune_command.add_option("--keep", pruned->keep, "How many of each kind of version stay: stamps, c_…, rc_…")
      ->type_name("K")
      ->required();
  auto* const yes = prune_command.add_flag("--yes", pruned->yes, "Delete");
  prune_command.add_flag("--dry-run")->description("Only say what would be deleted, as without --yes")->excludes(yes);
  prune_command.callback([pruned, &surroundings, &code] { code = prune_registry(*pruned, surroundings); });
}

}  // namespace longshore::deployer
