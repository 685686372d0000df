package dev.sluice.server.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads move.yaml. */
final class MoveFile {

  private static final ObjectMapper YAML =
      YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private MoveFile() {}

  /** The spec in a file; {@code -} is standard input. */
  static ObjectNode read(String file) {
    String text;
    try {
      text =
          file.equals("-")
              ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
              : Files.readString(Path.of(file));
    } catch (IOException e) {
      throw new CliException(ExitCode.USAGE, file + " cannot be read: " + e.getMessage());
    }
    try {
      JsonNode tree = YAML.readTree(text);
      if (tree instanceof ObjectNode spec) {
        return spec;
      }
    } catch (JsonProcessingException e) {
      throw new CliException(ExitCode.USAGE, file + " is not YAML: " + e.getMessage());
    }
    throw new CliException(ExitCode.USAGE, file + " does not hold a mapping");
  }
}
