// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageTesting
import Testing

@testable import RuleChange

/// Marked text: the fault stands at the marker, with the code and a part of the message.
struct SchemeFaultTests {
  private static let head = "scheme: {id: s, entity: household}\ninputs: {x: {type: number}}\n"

  @Test(
    arguments: [
      ("scheme: {id: s}\n1️⃣rule: 1", "scheme-key", "no key 'rule'"),
      ("1️⃣inputs: {}", "scheme-missing", "'scheme' is missing"),
      ("scheme: {id: 1️⃣Bad Id}\ninputs: {x: {type: number}}", "scheme-name", "cannot be an id"),
      ("scheme: {id: s}\ninputs: {x: {type: 1️⃣numbr}}", "unknown-choice", "no type 'numbr'"),
      ("scheme: {id: s}\ninputs: {1️⃣for: {type: number}}", "scheme-name", "cannot be a name"),
      (
        "scheme: {id: s}\nparameters: {x: 1}\ninputs: {1️⃣x: {type: number}}", "scheme-name",
        "already something named 'x'"
      ),
      (
        "scheme: {id: s}\nparameters: {p: {values: {1️⃣2025: 1}}}", "scheme-value", "takes a date"
      ),
      ("scheme: {id: s}\nparameters: {1️⃣p: {unit: euro}}", "scheme-missing", "has no value"),
      (
        "scheme: {id: s}\ninputs: {x: {type: integer, values: [1, 1️⃣1.5]}}", "scheme-value",
        "values of type integer"
      ),
      (
        "scheme: {id: s}\ninputs: {x: {type: text, minimum: 1️⃣a}}", "scheme-value",
        "no minimum or maximum"
      ),
      (
        "scheme: {id: s, entity: household}\ninputs: {x: {type: number, entity: 1️⃣person}}",
        "scheme-entity", "belongs to 'person'"
      ),
      (head + "decisions: {1️⃣d: {unit: euro}}", "scheme-missing", "says nothing"),
      (head + "decisions: {d: {expression: 1, table: 1️⃣{}}}", "scheme-key", "and a table"),
      (head + "decisions: {d: {expression: 1 1️⃣2}}", "bad-expression", "where an operator"),
      (head + "decisions: {d: {expression: x + 1️⃣y}}", "bad-expression", "has no 'y'"),
      (
        head + "decisions: {1️⃣d: {expression: x + e}, e: {expression: 2 * d}}", "scheme-loop",
        "decisions need each other: d → e → d"
      ),
      (
        head + "decisions: {1️⃣d: {expression: x + d}}", "scheme-loop",
        "decision 'd' needs itself: d → d"
      ),
      (head + "decisions: {d: {expression: '1️⃣x + \"a\"'}}", "bad-expression", ""),
      (
        head + "decisions: {d: {expression: 1️⃣'${parameters.y}'}}", "interpolation-in-expression",
        "is an expression"
      ),
      (
        head + "decisions: {d: {expression: x, round: {to: 1️⃣0, mode: up}}}", "scheme-value",
        "above zero"
      ),
      (
        head + "decisions: {d: {expression: x, round: {to: 1, mode: 1️⃣halfup}}}", "unknown-choice",
        "no rounding mode"
      ),
      (
        head + "decisions: {1️⃣d: {expression: x > 1, round: {to: 1, mode: up}}}", "scheme-value",
        "gives a boolean"
      ),
      (
        head + "decisions: {d: {table: {hit: 1️⃣RULE ORDER, inputs: [x], rows: []}}}",
        "unknown-choice",
        "no hit policy 'RULE ORDER'"
      ),
      (
        head + "decisions: {d: {table: {hit: FIRST, inputs: [x], rows: [1️⃣[1]]}}}",
        "decision-table", "has 1 cells"
      ),
      (
        head + "decisions: {d: {table: {hit: FIRST, inputs: [x], rows: [[1️⃣[1..2], 1]]}}}",
        "wrong-type", "not a list"
      ),
      (
        head + "decisions: {d: {table: {hit: FIRST, inputs: [x], rows: [['< 1️⃣\"a\"', 1]]}}}",
        "bad-expression", ""
      ),
      (
        head + "decisions: {d: {table: {hit: FIRST, inputs: [x], rows: [[1, 1], [2, 1️⃣'\"a\"']]}}}",
        "decision-table", "is a"
      ),
      (
        head + "decisions: {1️⃣d: {table: {hit: C+, inputs: [x], rows: [[1, '\"a\"']]}}}",
        "decision-table", "takes numbers"
      ),
      (
        head
          + "decisions: {d: {table: {hit: C+, inputs: [x], default: 1️⃣[0, 1], rows: [[1, 1]]}}}",
        "decision-table", "2 defaults for 1"
      ),
      (
        head + "decisions: {d: {expression: x}}\ntests: [{name: t, in: {1️⃣y: 1}, out: {d: 1}}]",
        "scheme-name", "no input 'y'"
      ),
      (
        head + "decisions: {d: {expression: x}}\ntests: [{name: t, tolerance: 1️⃣-1, out: {d: 1}}]",
        "scheme-value", "at least zero"
      ),
    ] as [(String, String, String)])
  func `a fault stands where it is`(marked: String, code: String, message: String) throws {
    let text = MarkedText(marked)
    let faults = SchemeReader.scheme(try Samples.root(text.text)).faults.diagnostics
    let found = faults.first { fault in
      fault.code.rawValue == code && fault.message.contains(message)
        && fault.span.map { text.name(of: $0.start) } == "1️⃣"
    }
    #expect(
      found != nil,
      "\(faults.map { "\($0.code) \($0.span?.start.description ?? "") \($0.message)" })")
  }

  @Test func `all faults are told at once`() throws {
    let yaml = """
      scheme: {id: s}
      inputs: {x: {type: number}, y: {type: texts}}
      decisions:
        a: {expression: x +}
        b: {expression: z}
        c: {table: {hit: RULE ORDER, inputs: [x], rows: []}}

      """
    let faults = SchemeReader.scheme(try Samples.root(yaml)).faults.diagnostics
    #expect(faults.count == 3)
  }

  @Test func `a scheme without faults has none`() throws {
    #expect(SchemeReader.scheme(try Samples.root(Samples.supplement)).faults.diagnostics.isEmpty)
  }
}
