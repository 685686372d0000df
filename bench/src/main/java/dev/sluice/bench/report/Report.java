package dev.sluice.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.bench.BenchException;
import dev.sluice.bench.measure.MachineFacts;
import dev.sluice.bench.measure.Samples;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one run found.
 *
 * @param command that makes such a run
 * @param machine it was made on
 * @param settings that hold for all servers
 * @param comparisons in the order measured
 */
public record Report(
    String command, MachineFacts machine, String settings, List<Comparison> comparisons) {
  private static final String LINE = "%-7s %-46s %14s %14s %8s  %-8s %s%n";

  public Report {
    comparisons = List.copyOf(comparisons);
  }

  /** Whether every goal is met. */
  public boolean allMet() {
    return comparisons.stream().noneMatch(one -> Boolean.FALSE.equals(one.met()));
  }

  /** A table of medians. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(String.format("command   %s%n", command));
    text.append(String.format("machine   %s%n", machine.text()));
    text.append(String.format("settings  %s%n%n", settings));
    text.append(
        String.format(LINE, "part", "measured (medians)", "Sluice", "peer", "ratio", "goal", ""));
    for (Comparison one : comparisons) {
      text.append(line(one));
    }
    return text.toString();
  }

  private static String line(Comparison one) {
    String what = one.peerName().isEmpty() ? one.what() : one.what() + " / " + one.peerName();
    String peer = one.peer() == null ? "" : value(one.peer(), one.unit());
    String ratio = one.ratio() == null ? "" : Numbers.text(one.ratio());
    String goal = one.goal() == null ? "" : one.goal().text();
    String met = one.met() == null ? "" : one.met() ? "met" : "MISSED";
    return String.format(
        LINE, one.part(), what, value(one.sluice(), one.unit()), peer, ratio, goal, met);
  }

  private static String value(Samples samples, String unit) {
    return Numbers.text(samples.median()) + " " + unit;
  }

  /** The same with every sample, for programs. */
  public String json() {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("command", command);
    root.put("machine", machine);
    root.put("settings", settings);
    root.put("results", comparisons.stream().map(Report::json).toList());
    try {
      return JsonMapper.builder()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .build()
              .writeValueAsString(root)
          + "\n";
    } catch (JsonProcessingException e) {
      throw new BenchException("the report cannot be written", e);
    }
  }

  private static Map<String, Object> json(Comparison one) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("part", one.part());
    fields.put("what", one.what());
    fields.put("unit", one.unit());
    fields.put("sluice", side(one.sluice()));
    if (one.peer() != null) {
      fields.put("peerName", one.peerName());
      fields.put("peer", side(one.peer()));
      fields.put("ratio", one.ratio());
    }
    if (one.goal() != null) {
      fields.put("goal", one.goal().text());
      fields.put("met", one.met());
    }
    return fields;
  }

  /** Thousands of samples of a latency help nobody: then the percentiles stand for them. */
  private static Map<String, Object> side(Samples samples) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("median", samples.median());
    fields.put("count", samples.values().size());
    fields.put("highest", samples.highest());
    if (samples.values().size() <= 20) {
      fields.put("samples", samples.values());
    }
    return fields;
  }
}
