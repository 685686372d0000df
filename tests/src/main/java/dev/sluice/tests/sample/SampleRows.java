package dev.sluice.tests.sample;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * The generator of the sample's rows: a row depends on the seed and its number only, so parts can
 * be made in any order and on any thread. Values are in the text form in which MySQL prints them.
 * Thread-safe.
 */
public final class SampleRows {

  private static final String[] FIRST = {
    "Ada", "Bruno", "Chioma", "Dmitri", "Eszter", "Fatma", "Göran", "Hana", "Ines", "Jürgen",
    "Kofi", "Léa", "Mina", "Nour", "Olu", "李娜"
  };
  private static final String[] LAST = {
    "Abel", "Bianchi", "Castro", "Dubois", "Eriksen", "Fischer", "García", "Haddad", "Ito",
    "Jansen", "Kovač", "Łukasik", "Müller", "Nguyen", "O'Neil", "Özdemir"
  };
  private static final String[] TIERS = {"basic", "silver", "gold"};
  private static final String[] STATES = {"new", "paid", "shipped", "returned"};
  private static final String[] FLAGS = {
    "", "gift", "express", "gift,express", "fragile", "gift,express,fragile"
  };
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT);
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
  private static final LocalDateTime EPOCH = LocalDateTime.of(2021, 1, 1, 0, 0);
  private static final int FIVE_YEARS_SECONDS = 157_680_000;

  private final SampleSize size;

  public SampleRows(SampleSize size) {
    this.size = size;
  }

  /** Row {@code number}, from 1, of customer, over its columns. */
  public String[] customer(long number) {
    return customer(random(1, number), number, 0);
  }

  /** Row {@code number}, from 1, of corder, over its columns. */
  public String[] order(long number) {
    SplittableRandom random = random(2, number);
    return order(random, number, 1 + random.nextInt(size.customers()), 0);
  }

  /** Row {@code number}, from 1, of product, over its columns. */
  public String[] product(long number) {
    SplittableRandom random = random(3, number);
    return new String[] {
      sku(number),
      FIRST[random.nextInt(FIRST.length)] + " lamp " + number,
      money(random, 500),
      Integer.toString(random.nextInt(10_000)),
      random.nextInt(4) == 0 ? null : "{\"w\": " + random.nextInt(90) + ", \"colour\": \"red\"}",
      random.nextInt(10) == 0 ? "0" : "1",
      "0"
    };
  }

  /** The key of the product with that number. */
  public static String sku(long number) {
    return String.format(Locale.ROOT, "SKU-%07d", number);
  }

  /** A customer with the given key, otherwise from {@code random}. */
  public static String[] customer(SplittableRandom random, long id, long version) {
    String first = FIRST[random.nextInt(FIRST.length)];
    String last = LAST[random.nextInt(LAST.length)];
    return new String[] {
      Long.toString(id),
      email(id),
      first + " " + last,
      TIERS[random.nextInt(TIERS.length)],
      random.nextInt(5) == 0 ? null : money(random, 90_000),
      random.nextInt(6) == 0
          ? null
          : LocalDate.of(1940, 1, 1).plusDays(random.nextInt(25_000)).toString(),
      random.nextInt(4) == 0 ? null : preferences(random),
      random.nextInt(3) == 0 ? null : words(random, 1 + random.nextInt(12)),
      instant(random, MICROS),
      random.nextInt(4) == 0 ? null : instant(random, MILLIS),
      Long.toString(version)
    };
  }

  /** An order with the given key and customer, otherwise from {@code random}. */
  public static String[] order(SplittableRandom random, long id, long customerId, long version) {
    return new String[] {
      Long.toString(id),
      Long.toString(customerId),
      sku(1 + random.nextInt(1_000)),
      Integer.toString(1 + random.nextInt(20)),
      money(random, 5_000),
      STATES[random.nextInt(STATES.length)],
      FLAGS[random.nextInt(FLAGS.length)],
      random.nextInt(2) == 0 ? null : words(random, 1 + random.nextInt(8)),
      random.nextInt(3) == 0 ? null : String.format(Locale.ROOT, "%016X", random.nextLong()),
      instant(random, MICROS),
      random.nextInt(2) == 0 ? null : instant(random, SECONDS),
      random.nextInt(5) == 0 ? null : weight(random),
      Long.toString(version)
    };
  }

  /** An email address that no other id has. */
  public static String email(long id) {
    return "user" + id + "@example.org";
  }

  private SplittableRandom random(int table, long number) {
    return new SplittableRandom(
        size.seed() * 0x9E3779B97F4A7C15L + table * 1_000_003L + number * 0xD1B54A32D192ED03L);
  }

  private static String money(SplittableRandom random, int below) {
    return random.nextInt(below) + "." + String.format(Locale.ROOT, "%02d", random.nextInt(100));
  }

  /** A number that a double holds exactly, so that every program prints the same digits. */
  private static String weight(SplittableRandom random) {
    return BigDecimal.valueOf(1 + random.nextInt(1_000_000))
        .divide(BigDecimal.valueOf(1024))
        .stripTrailingZeros()
        .toPlainString();
  }

  private static String preferences(SplittableRandom random) {
    // written as MySQL prints a JSON value: keys by length, then bytes
    return "{\"news\": "
        + (random.nextInt(2) == 0)
        + ", \"theme\": \""
        + (random.nextInt(2) == 0 ? "dark" : "h\u00e9ll")
        + "\", \"visits\": ["
        + random.nextInt(100)
        + ", "
        + random.nextInt(100)
        + "]}";
  }

  private static String words(SplittableRandom random, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : " ").append(LAST[random.nextInt(LAST.length)]);
    }
    if (random.nextInt(20) == 0) {
      text.append(" \\ 'quoted'\t\"tab\"\n\ud83d\ude80");
    }
    return text.toString();
  }

  private static String instant(SplittableRandom random, DateTimeFormatter format) {
    return EPOCH
        .plusSeconds(random.nextInt(FIVE_YEARS_SECONDS))
        .plusNanos(random.nextInt(1_000_000) * 1_000L)
        .format(format);
  }
}
