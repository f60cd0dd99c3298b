package dev.sluice.loader.load;

/** What the loader's thread does: prepares the tables once, then makes passes. */
final class LoaderWork implements LoadLoop.Work {
    /** What must have been done before the first pass. */
    interface Preparation {
        void run() throws LoadFailure;
    }

    private final Preparation preparation;
    private final LoadPass pass;
    private final Loader loader;
    private final DailyPageViews daily;

    LoaderWork(Preparation preparation, LoadPass pass, Loader loader, DailyPageViews daily) {
        this.preparation = preparation;
        this.pass = pass;
        this.loader = loader;
        this.daily = daily;
    }

    @Override
    public void prepare() throws LoadFailure {
        preparation.run();
    }

    @Override
    public boolean pass() throws LoadFailure {
        boolean more = pass.run();
        if (!more) {
            daily.refreshIfTime();
        }
        return more;
    }

    @Override
    public void abort() {
        loader.abort();
        daily.abort();
    }
}
