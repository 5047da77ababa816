package io.atalaya.query.compile;

import io.atalaya.query.type.SqlType.Decimal;

/**
 * How products of decimals are printed. The engine computes with 18 digits twice as fast as with 38; a product of two such
 * numbers it keeps at 18, and fails where that is too few. So a statement may first be tried in this quick way: either its
 * answer is exact, or it fails and is run as Trino would, with all digits that its types have.
 */
final class Products {
    private static final int QUICK_DIGITS = 18;

    private final boolean quick;
    private boolean tooFew;

    private Products(boolean quick) {
        this.quick = quick;
    }

    static Products quick() {
        return new Products(true);
    }

    static Products exact() {
        return new Products(false);
    }

    /** Whether some product may have more digits than it is given, so that the statement can fail for that alone. */
    boolean mayHaveTooFewDigits() {
        return tooFew;
    }

    Expr of(Expr left, Expr right) {
        Decimal a = (Decimal) left.type();
        Decimal b = (Decimal) right.type();
        Decimal product = Decimal.of(a.precision() + b.precision(), a.scale() + b.scale());
        if (product.precision() <= QUICK_DIGITS) {
            return Expr.of(Sql.cast(left.sql() + " * " + right.sql(), product.duck()), product);
        }
        if (quick) {
            tooFew = true;
            return Expr.of("(" + left.sql() + " * " + right.sql() + ")", product);
        }
        boolean narrow = Math.max(a.precision(), b.precision()) <= QUICK_DIGITS;
        String wide = narrow ? Sql.cast(left.sql(), new Decimal(QUICK_DIGITS + 1, a.scale()).duck()) : left.sql();
        return Expr.of(Sql.cast(wide + " * " + right.sql(), product.duck()), product);
    }
}
