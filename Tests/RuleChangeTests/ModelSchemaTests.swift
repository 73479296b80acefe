// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing

@testable import RuleChange

/// The schema as data against the XML schema that the standard publishes.
struct ModelSchemaTests {
  private static let path = "\(ConformanceSuiteTests.path)/DMN15.xsd"
  private static var isThere: Bool { FileManager.default.fileExists(atPath: path) }

  @Test(.enabled(if: isThere, "the schema is not here: set PROEFTUIN_DMN_TCK to its folder"))
  func `parts and attributes are those of DMN15 in their order`() throws {
    let data = try #require(FileManager.default.contents(atPath: Self.path))
    let schema = PublishedSchema(root: try MarkupElement.parse(Array(data)))
    for (type, form) in ModelSchema.types.sorted(by: { $0.key < $1.key }) {
      let published = try #require(schema.forms(of: type), "\(type)")
      #expect(Set(form.attributes.map(\.name)) == Set(published.attributes), "\(type)")
      let required = form.attributes.filter(\.isRequired).map(\.name)
      #expect(Set(required) == Set(published.required), "\(type)")
      // The choice of an item definition is the only one whose order the schema leaves open.
      #expect(form.parts.map(\.name) == published.parts, "\(type)")
      #expect(form.isOpen == published.isOpen, "\(type)")
    }
  }
}

/// What an XML schema says of its types, with what they extend.
private struct PublishedSchema {
  struct Form {
    var attributes: [String] = []
    var required: [String] = []
    var parts: [String] = []
    var isOpen = false
  }

  let root: MarkupElement

  func forms(of type: String) -> Form? {
    guard let element = root.children("complexType").first(where: { $0["name"] == type }) else {
      return nil
    }
    let extended = element.child("complexContent")?.child("extension")
    var form = extended?["base"].flatMap { forms(of: $0) } ?? Form()
    collect(extended ?? element, &form)
    return form
  }

  private func collect(_ element: MarkupElement, _ form: inout Form) {
    for child in element.children {
      switch child.name {
      case "attribute":
        form.attributes.append(child["name"] ?? "")
        if child["use"] == "required" { form.required.append(child["name"] ?? "") }
      case "anyAttribute": form.isOpen = true
      case "element":
        let name = child["name"] ?? child["ref"] ?? ""
        form.parts.append(name.split(separator: ":").last.map { String($0) } ?? name)
      case "sequence", "choice": collect(child, &form)
      default: break
      }
    }
  }
}
