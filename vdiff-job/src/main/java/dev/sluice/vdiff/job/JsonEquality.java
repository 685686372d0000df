package dev.sluice.vdiff.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.sluice.schemas.workflow.SluiceJson;
import java.util.Iterator;
import java.util.Map;

/**
 * Whether two JSON texts hold the same value. Servers print the same value differently: 1.50 as a
 * DECIMAL and 1.5 as a DOUBLE, 1e10 with a fraction from 8.0 on and without before. Stateless.
 */
final class JsonEquality {

  private static final ObjectReader READER =
      SluiceJson.mapper().reader().with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private JsonEquality() {}

  /** True when both are NULL, or hold the same value. */
  static boolean equal(String one, String other) {
    if (one == null || other == null || one.equals(other)) {
      return one == null ? other == null : one.equals(other);
    }
    try {
      return equal(READER.readTree(one), READER.readTree(other));
    } catch (JsonProcessingException e) {
      // what cannot be read cannot be called equal
      return false;
    }
  }

  private static boolean equal(JsonNode one, JsonNode other) {
    if (one.isNumber() && other.isNumber()) {
      return one.decimalValue().compareTo(other.decimalValue()) == 0;
    }
    if (one.isObject() && other.isObject() && one.size() == other.size()) {
      for (Iterator<Map.Entry<String, JsonNode>> all = one.fields(); all.hasNext(); ) {
        Map.Entry<String, JsonNode> field = all.next();
        JsonNode there = other.get(field.getKey());
        if (there == null || !equal(field.getValue(), there)) {
          return false;
        }
      }
      return true;
    }
    if (one.isArray() && other.isArray() && one.size() == other.size()) {
      for (int i = 0; i < one.size(); i++) {
        if (!equal(one.get(i), other.get(i))) {
          return false;
        }
      }
      return true;
    }
    return one.equals(other);
  }
}
