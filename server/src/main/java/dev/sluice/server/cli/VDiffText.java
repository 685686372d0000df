package dev.sluice.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Map;

/** A VDiff for people. */
final class VDiffText {

  private final JsonNode vdiff;

  VDiffText(JsonNode vdiff) {
    this.vdiff = vdiff;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append("vdiff ").append(vdiff.path("uuid").asText()).append("  ");
    text.append(vdiff.path("state").asText()).append("  ");
    text.append(vdiff.path("progress").path("percent").asText()).append(" %\n");
    text.append("stage: ").append(vdiff.path("stage").asText()).append('\n');
    if (vdiff.path("holdMillis").isNumber()) {
      text.append("appliers were held for ")
          .append(vdiff.path("holdMillis").asText())
          .append(" ms\n");
    }
    TextTable table =
        new TextTable(
            "TABLE",
            "STATE",
            "ROWS",
            "MATCHING",
            "MISMATCHED",
            "EXTRA SOURCE",
            "EXTRA TARGET",
            "MISPLACED",
            "DUPLICATED",
            "NOT COMPARED");
    for (Iterator<Map.Entry<String, JsonNode>> all = vdiff.path("tables").fields();
        all.hasNext(); ) {
      Map.Entry<String, JsonNode> one = all.next();
      JsonNode found = one.getValue();
      table.row(
          one.getKey(),
          found.path("state").asText(),
          found.path("rowsCompared").asText("0"),
          found.path("matchingRows").asText("0"),
          found.path("mismatchedRows").asText("0"),
          found.path("extraRowsSource").asText("0"),
          found.path("extraRowsTarget").asText("0"),
          found.path("misplacedRows").asText("0"),
          found.path("duplicatedRows").asText("0"),
          found.path("notComparedRows").asText("0"));
    }
    text.append(table);
    vdiff
        .path("tables")
        .fields()
        .forEachRemaining(one -> samples(text, one.getKey(), one.getValue()));
    for (JsonNode error : vdiff.path("errors")) {
      text.append("error: ")
          .append(error.path("code").asText())
          .append(": ")
          .append(error.path("message").asText())
          .append('\n');
      text.append("  ").append(error.path("remedy").asText()).append('\n');
    }
    return text.toString();
  }

  private static void samples(StringBuilder text, String table, JsonNode found) {
    for (JsonNode sample : found.path("samples")) {
      text.append(table)
          .append(' ')
          .append(VDiffVerb.texts(sample.path("key")))
          .append(' ')
          .append(sample.path("class").asText())
          .append(" on ")
          .append(sample.path("shard").asText())
          .append('\n');
      JsonNode source = sample.path("source");
      JsonNode target = sample.path("target");
      Iterator<String> names = source.isObject() ? source.fieldNames() : target.fieldNames();
      while (names.hasNext()) {
        String column = names.next();
        String here = source.path(column).asText("-");
        String there = target.path(column).asText("-");
        if (!here.equals(there)) {
          text.append("    ").append(column).append(": source ").append(here);
          text.append("  target ").append(there).append('\n');
        }
      }
    }
  }
}
