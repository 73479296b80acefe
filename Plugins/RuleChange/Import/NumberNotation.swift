// SPDX-License-Identifier: EUPL-1.2

/// Numbers as the Dutch write them, `1.234,56`, in the notation of FEEL.
struct NumberNotation {
  let hasDecimalComma: Bool
  let use: CellNotation.Use
  let cell: SheetCell

  /// The text with its numbers written as FEEL does; all else stays.
  func written(_ text: String, _ notes: inout [CellNotation.Note]) throws(SheetFault) -> String {
    let signs = Array(text.unicodeScalars)
    var result = String.UnicodeScalarView()
    var place = 0
    while place < signs.count {
      let isStart = Self.isDigit(signs[place]) && (place == 0 || !Self.isName(signs[place - 1]))
      guard isStart else {
        result.append(signs[place])
        place += 1
        continue
      }
      let end = Self.end(of: signs, from: place)
      let token = String(String.UnicodeScalarView(signs[place..<end]))
      let alone = Self.isAlone(signs, place, end)
      result.append(contentsOf: try number(token, isAlone: alone, &notes).unicodeScalars)
      place = end
      var next = place
      while next < signs.count, signs[next] == " " { next += 1 }
      if next < signs.count, signs[next] == "%" {
        throw fault("a percent sign is no part of a number", "write the number in its unit")
      }
    }
    return String(result)
  }

  /// One number, or several between commas.
  private func number(
    _ token: String, isAlone: Bool, _ notes: inout [CellNotation.Note]
  ) throws(SheetFault) -> String {
    let commas = token.split(separator: ",", omittingEmptySubsequences: false)
    if commas.count == 1 { return try pointed(token, &notes) }
    if commas.count == 2, Self.isGrouped(commas[0]), !commas[1].contains(".") {
      notes.append(.decimalComma)
      return commas[0].replacing(".", with: "") + "." + commas[1]
    }
    let isPlain = commas.count == 2 && !token.contains(".")
    if isPlain, hasDecimalComma || use == .result && isAlone {
      notes.append(.decimalComma)
      return commas.joined(separator: ".")
    }
    guard !isPlain, !hasDecimalComma, commas.allSatisfy({ $0.count(where: { $0 == "." }) < 2 })
    else {
      throw fault(
        "'\(token)' can be one number or several",
        "write \(commas.joined(separator: ".")) for one number or "
          + "\(commas.joined(separator: ", ")) for several; with 'decimal: comma' all commas "
          + "inside numbers are decimal")
    }
    if token.contains(".") || commas.dropFirst().allSatisfy({ $0.count == 3 }) {
      throw fault(
        "'\(token)' can be one number or several",
        "write a number without signs between thousands, and a blank after the comma of a list")
    }
    return commas.joined(separator: ", ")
  }

  /// A number with at most points in it.
  private func pointed(
    _ token: String, _ notes: inout [CellNotation.Note]
  ) throws(SheetFault) -> String {
    let points = token.count { $0 == "." }
    guard points > 1 || points == 1 && hasDecimalComma else { return token }
    guard Self.isGrouped(token[...]) else {
      throw fault(
        "'\(token)' is no number", points > 1 ? "write one decimal point" : "write a decimal comma")
    }
    notes.append(.thousands)
    return token.replacing(".", with: "")
  }

  private func fault(_ message: String, _ help: String) -> SheetFault {
    SheetFault(message, at: cell.origin, help: help)
  }

  /// Digits with points or commas between them; two points are those of a range.
  private static func end(of signs: [Unicode.Scalar], from start: Int) -> Int {
    var place = start
    while place < signs.count {
      if isDigit(signs[place]) {
        place += 1
      } else if signs[place] == "." || signs[place] == ",", place + 1 < signs.count,
        isDigit(signs[place + 1])
      {
        place += 1
      } else {
        break
      }
    }
    return place
  }

  /// Whether nothing but a sign and blanks stands beside the number.
  private static func isAlone(_ signs: [Unicode.Scalar], _ start: Int, _ end: Int) -> Bool {
    (signs[..<start] + signs[end...]).allSatisfy { $0 == " " || $0 == "-" || $0 == "\u{A0}" }
  }

  /// `1.234.567`: a point before each three digits.
  private static func isGrouped(_ text: Substring) -> Bool {
    let groups = text.split(separator: ".", omittingEmptySubsequences: false)
    guard groups.count > 1, let first = groups.first else { return false }
    return (1...3).contains(first.count) && first != "0"
      && groups.dropFirst().allSatisfy { $0.count == 3 }
  }

  private static func isDigit(_ sign: Unicode.Scalar) -> Bool { ("0"..."9").contains(sign) }

  private static func isName(_ sign: Unicode.Scalar) -> Bool {
    sign.properties.isAlphabetic || isDigit(sign) || sign == "_"
  }
}
