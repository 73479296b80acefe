// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Pipelines

/// `proeftuin schema`: the JSON Schema of a pipeline file, for editors.
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Prints the JSON Schema of a pipeline file.",
    discussion: """
      Save it and name it in the first line of a pipeline, so that an editor completes and checks
      while you type:
        proeftuin schema > proeftuin.schema.json
        # yaml-language-server: $schema=proeftuin.schema.json
      """)

  @OptionGroup var plugins: PluginOptions

  func run() {
    Terminal.answer(PipelineSchema.schema(of: plugins.catalog))
  }
}
