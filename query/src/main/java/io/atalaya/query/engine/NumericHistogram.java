package io.atalaya.query.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Numbers in so many buckets at most, each the mean of what it took with its weight, by joining the two that cost least. */
final class NumericHistogram {
    private static final int MOST = 1_000_000;

    private record Bucket(double mean, double weight) {
        double cost(Bucket next) {
            double sum = weight + next.weight;
            double distance = mean - next.mean;
            return sum * distance * distance * (weight * next.weight / (sum * sum));
        }

        Bucket with(Bucket next) {
            double sum = weight + next.weight;
            return new Bucket((mean * weight + next.mean * next.weight) / sum, sum);
        }
    }

    private NumericHistogram() {}

    /** An array of keys and values in JSON, of numbers and their weights in turn in JSON; null for none. */
    static @Nullable String of(long buckets, String list) {
        if (buckets < 2) {
            throw FunctionRefusal.argument("numeric_histogram bucket count must be greater than one");
        }
        if (buckets > MOST) {
            throw FunctionRefusal.argument("numeric_histogram has too many buckets");
        }
        if (list.equals("[]")) {
            return null;
        }
        TreeMap<Double, Double> weights = new TreeMap<>();
        String[] numbers = list.substring(1, list.length() - 1).split(",", -1);
        for (int index = 0; index + 1 < numbers.length; index += 2) {
            weights.merge(Double.valueOf(numbers[index]), Double.valueOf(numbers[index + 1]), Double::sum);
        }
        List<Bucket> joined = new ArrayList<>();
        weights.forEach((number, weight) -> joined.add(new Bucket(number, weight)));
        while (joined.size() > buckets) {
            int cheapest = 0;
            for (int index = 1; index + 1 < joined.size(); index++) {
                if (joined.get(index).cost(joined.get(index + 1))
                        < joined.get(cheapest).cost(joined.get(cheapest + 1))) {
                    cheapest = index;
                }
            }
            joined.set(cheapest, joined.get(cheapest).with(joined.remove(cheapest + 1)));
        }
        StringBuilder json = new StringBuilder("[");
        joined.forEach(bucket -> json.append(json.length() == 1 ? "" : ",")
                .append("{\"k\":")
                .append(bucket.mean())
                .append(",\"v\":")
                .append(bucket.weight())
                .append('}'));
        return json.append(']').toString();
    }
}
