// SPDX-License-Identifier: EUPL-1.2

import Mustache

extension ReportDocument {
  /// One self-contained page: no script, nothing fetched from anywhere, readable by keyboard, screen
  /// reader, phone and printer.
  public func html() -> String { HTMLRenderer(self).page() }
}

/// Turns a report into one HTML page; the page's frame is the template `page.mustache`.
struct HTMLRenderer {
  private let document: ReportDocument
  private var body = HTMLBody(language: .english)

  init(_ document: ReportDocument) {
    self.document = document
    body = HTMLBody(language: document.language)
    body.write(document.blocks, depth: 0)
  }

  func page() -> String {
    let wording = document.language.wording
    return Self.template.render(
      Page(
        language: document.language.rawValue, title: Markup.visible(document.title),
        subtitle: document.subtitle.map(Markup.visible), style: Self.style,
        skip: wording.skipToContent, contentsTitle: wording.contents,
        contents: body.chapters.count < 2 ? nil : Contents(chapters: body.chapters),
        body: body.markup.text, provenanceTitle: wording.provenance,
        provenance: document.provenance.map {
          Page.Fact(name: Markup.visible($0.name), value: HTMLBody.inline($0.value).text)
        }, reproducible: wording.reproducible))
  }
}

extension HTMLRenderer {
  private struct Page {
    struct Fact {
      let name: String
      let value: String
    }

    let language: String
    let title: String
    let subtitle: String?
    let style: String
    let skip: String
    let contentsTitle: String
    let contents: Contents?
    let body: String
    let provenanceTitle: String
    let provenance: [Fact]
    let reproducible: String
  }

  private struct Contents {
    let chapters: [HTMLBody.Chapter]
  }

  private static let style = String(decoding: PackageResources.page_css, as: UTF8.self)

  private static let template: MustacheTemplate = {
    let source = String(decoding: PackageResources.page_mustache, as: UTF8.self)
    do {
      return try MustacheTemplate(string: source)
    } catch {
      preconditionFailure("the page's template does not parse: \(error)")
    }
  }()
}
