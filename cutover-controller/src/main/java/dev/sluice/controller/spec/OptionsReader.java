package dev.sluice.controller.spec;

import dev.sluice.schemas.config.TreeReader;
import dev.sluice.schemas.workflow.WorkflowOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads the {@code options} of a move; each option is tried by itself, so that all wrong ones are
 * noted.
 */
final class OptionsReader {

  /** Texts by option name. */
  private record Values(
      Map<String, String> texts, Integer readers, Boolean defer, Boolean autoStart) {

    private String text(String option) {
      return texts.get(option);
    }
  }

  private static final String[] TEXTS = {
    "copy",
    "copy.slice",
    "copy.max-backlog-bytes",
    "read-from",
    "on-ddl",
    "fence",
    "foreign-keys",
    "sequences"
  };

  private OptionsReader() {}

  static WorkflowOptions read(TreeReader options) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (String option : TEXTS) {
      String text = options.text(option, null);
      Values alone = new Values(java.util.Collections.singletonMap(option, text), null, null, null);
      if (attempt(options, option, alone, OptionsReader::build) != null) {
        texts.put(option, text);
      }
    }
    Integer readers =
        options.has("copy.readers") ? options.integer("copy.readers", 2, 1, 32) : null;
    Boolean defer =
        options.has("defer-secondary-keys") ? options.flag("defer-secondary-keys", true) : null;
    Boolean autoStart = options.has("auto-start") ? options.flag("auto-start", true) : null;
    options.rejectUnknown();
    return build(new Values(texts, readers, defer, autoStart));
  }

  private static WorkflowOptions attempt(
      TreeReader options, String option, Values values, Function<Values, WorkflowOptions> build) {
    try {
      return build.apply(values);
    } catch (IllegalArgumentException e) {
      options.reject(option, e.getMessage().replace("options." + option + ": ", ""));
      return null;
    }
  }

  private static WorkflowOptions build(Values values) {
    return new WorkflowOptions(
        values.text("copy"),
        values.readers(),
        values.text("copy.slice"),
        values.text("copy.max-backlog-bytes"),
        values.text("read-from"),
        values.defer(),
        values.text("on-ddl"),
        values.text("fence"),
        values.text("foreign-keys"),
        values.text("sequences"),
        values.autoStart());
  }
}
