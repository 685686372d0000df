package dev.sluice.schemas.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads a mapping of a YAML or JSON tree key by key. What is wrong is noted with its path, not
 * thrown, and a usable value is answered, so that the reader goes on and finds the next problem.
 * Not thread-safe.
 */
public final class TreeReader {

  private final JsonNode node;
  private final String path;
  private final ConfigProblems problems;
  private final Set<String> asked = new HashSet<>();

  private TreeReader(JsonNode node, String path, ConfigProblems problems) {
    this.path = path;
    this.problems = problems;
    boolean absent = node.isMissingNode() || node.isNull();
    if (!absent && !node.isObject()) {
      problems.add(path.isEmpty() ? "(document)" : path, "a mapping is expected");
    }
    this.node = node.isObject() ? node : MissingNode.getInstance();
  }

  /** A reader of the whole document. */
  public static TreeReader of(JsonNode root, ConfigProblems problems) {
    return new TreeReader(root == null ? MissingNode.getInstance() : root, "", problems);
  }

  /** Path of one of this mapping's keys. */
  public String path(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  public boolean has(String key) {
    return !value(key).isMissingNode() && !value(key).isNull();
  }

  /** The mapping under a key; an empty one when it is missing. */
  public TreeReader child(String key) {
    return new TreeReader(value(key), path(key), problems);
  }

  /** The mappings under a key, by their own keys in the order written. */
  public Map<String, TreeReader> children(String key) {
    TreeReader parent = child(key);
    Map<String, TreeReader> children = new LinkedHashMap<>();
    for (Iterator<String> names = parent.node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      children.put(name, new TreeReader(parent.node.get(name), parent.path(name), problems));
    }
    return children;
  }

  /** The mappings in the list under a key. */
  public List<TreeReader> items(String key) {
    List<TreeReader> items = new ArrayList<>();
    JsonNode list = list(key);
    for (int i = 0; i < list.size(); i++) {
      items.add(new TreeReader(list.get(i), path(key) + "[" + i + "]", problems));
    }
    return items;
  }

  /** A text that must be there; empty, and noted, when it is not. */
  public String text(String key) {
    if (!has(key)) {
      problems.add(path(key), "is missing");
      return "";
    }
    return text(key, "");
  }

  /** A text, or what it is by default. */
  public String text(String key, String byDefault) {
    JsonNode value = value(key);
    if (value.isMissingNode() || value.isNull()) {
      return byDefault;
    }
    if (!value.isValueNode()) {
      problems.add(path(key), "a text is expected");
      return byDefault;
    }
    return value.asText();
  }

  /** A whole number within bounds, both included. */
  public int integer(String key, int byDefault, int least, int most) {
    if (!has(key)) {
      return byDefault;
    }
    String text = value(key).asText();
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      problems.add(path(key), "\"" + text + "\" is not a whole number");
      return byDefault;
    }
    problems.add(path(key), text + " is not between " + least + " and " + most);
    return byDefault;
  }

  public boolean flag(String key, boolean byDefault) {
    if (!has(key)) {
      return byDefault;
    }
    JsonNode value = value(key);
    if (!value.isBoolean()) {
      problems.add(path(key), "\"" + value.asText() + "\" is neither true nor false");
      return byDefault;
    }
    return value.booleanValue();
  }

  /** A list of texts. */
  public List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    JsonNode list = list(key);
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i).isValueNode() && !list.get(i).isNull()) {
        texts.add(list.get(i).asText());
      } else {
        problems.add(path(key) + "[" + i + "]", "a text is expected");
      }
    }
    return texts;
  }

  /** A mapping of texts, its keys free. */
  public Map<String, String> properties(String key) {
    TreeReader child = child(key);
    Map<String, String> properties = new LinkedHashMap<>();
    child.node.fieldNames().forEachRemaining(name -> properties.put(name, child.text(name, "")));
    return properties;
  }

  /** Notes every key that nobody asked for. Call when all keys have been read. */
  public void rejectUnknown() {
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (!asked.contains(name)) {
                problems.add(path(name), "unknown key");
              }
            });
  }

  /** Notes a problem with a key's value. */
  public void reject(String key, String message) {
    problems.add(path(key), message);
  }

  private JsonNode value(String key) {
    asked.add(key);
    return node.path(key);
  }

  private JsonNode list(String key) {
    JsonNode list = value(key);
    if (!list.isMissingNode() && !list.isNull() && !list.isArray()) {
      problems.add(path(key), "a list is expected");
      return MissingNode.getInstance();
    }
    return list;
  }
}
