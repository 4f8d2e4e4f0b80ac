package league;

import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.cjk.CJKBigramFilter;
import org.elasticsearch.plugin.Inject;
import org.elasticsearch.plugin.NamedComponent;
import org.elasticsearch.plugin.analysis.TokenFilterFactory;
import org.elasticsearch.plugin.settings.AnalysisSettings;
import org.elasticsearch.plugin.settings.BooleanSetting;

/** The filter that every normal distribution has, for the one of Maven Central, which comes without its modules. */
@NamedComponent("cjk_bigram")
public class CjkBigram implements TokenFilterFactory {
    /** What the filter is told in an index's settings. */
    @AnalysisSettings
    public interface Options {
        @BooleanSetting(path = "output_unigrams", defaultValue = false)
        boolean outputUnigrams();
    }

    private final boolean unigrams;

    @Inject
    public CjkBigram(Options options) {
        unigrams = options.outputUnigrams();
    }

    @Override
    public TokenStream create(TokenStream tokens) {
        return new CJKBigramFilter(tokens, 0xff, unigrams);
    }
}
