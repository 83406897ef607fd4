--- The words that begin the clauses of resolutions in English.
---
--- A phrase is: adverbs `before`, a head, the head's complement if it has one,
--- adverbs `after`, and "with" and one of the nouns of `feelings`. Heads are
--- written `word` or `word(complement, complement)`; a head under `opinion` may
--- take "its deep concern" and the like instead of a complement.

return {
  --- Adverbs that may stand before a head.
  before = [[
    again, also, carefully, categorically, clearly, critically, deeply, duly,
    earnestly, emphatically, energetically, equally, especially, ever, extremely,
    firmly, fully, further, furthermore, gravely, greatly, highly, hereby,
    increasingly, keenly, likewise, moreover, most, most strongly, much, once again,
    once more, particularly, profoundly, resolutely, seriously, severely, similarly,
    sincerely, solemnly, specifically, still, strongly, therefore, totally,
    unanimously, unequivocally, unreservedly, urgently, utterly, vehemently, very,
    vigorously, vitally, warmly, wholeheartedly ]],

  --- Adverbs and the like that may stand behind a head.
  after = [[
    again, also, categorically, deeply, explicitly, firmly, fully, further,
    furthermore, in particular, in the strongest manner, in the strongest possible
    terms, in the strongest terms, likewise, moreover, once again, once more,
    solemnly, strongly, unequivocally, unreservedly, urgently ]],

  --- What a clause may be begun "with".
  with = "with",
  feelings = [[
    alarm, anxiety, appreciation, approval, astonishment, concern, consternation,
    deference, disappointment, disapproval, dismay, distress, grief, gratitude,
    horror, indignation, interest, pleasure, pride, regret, respect, sadness,
    satisfaction, shock, sorrow, sympathy, thanks ]],

  --- What a body may express, and the words that may stand before it.
  opinions = [[
    abhorrence, admiration, agreement, alarm, anxiety, appreciation, apprehension,
    approval, belief, censure, commitment, concern, conclusion, concurrence,
    condemnation, condolences, confidence, congratulations, conviction, desire,
    determination, disappointment, disapproval, dismay, distress, expectation, grief,
    gratitude, hope, horror, indignation, intention, interest, need, opinion,
    opposition, outrage, preoccupation, readiness, recognition, regret, resolve,
    respect, sadness, satisfaction, shock, solidarity, sorrow, support, sympathy,
    thanks, trust, understanding, view, willingness, wish ]],
  modifiers = "a, an, and, its, most, or, the, their, very",

  --- Words that begin the object of a verb, if it is no name.
  small = [[
    a, again, all, an, and, any, as, at, both, by, each, either, every, for, from,
    her, him, his, how, in, into, it, its, no, of, on, one, other, our, over,
    paragraph, resolution, resolutions, some, such, that, the, their, them, these,
    they, this, those, to, two, under, upon, what, when, where, which, who, with ]],
  --- Of the words in `after`, those that are adjectives before other words:
  --- "Decides further to", but "Encourages further efforts".
  adjectives = "further",

  preambular = {
    --- Words that begin a preambular clause whatever stands before them.
    heads = [[
      acknowledging, acting, affirming, alarmed, alert, anticipating, anxious,
      appalled, applauding, appreciating, appreciative, approving, asserting, assured,
      aware, bearing(in mind), believing, cognizant, commemorating, commending,
      concerned, concurring, condemning, confident, confirming, congratulating,
      conscious, considering, contemplating, convinced, declaring, deeming,
      denouncing, deploring, deprecating, desiring, desirous, determined, determining,
      disappointed, dismayed, disquieted, distressed, disturbed, drawing(attention),
      eager, emphasising, emphasizing, encouraged, encouraging, endorsing, expecting,
      fearing, giving(effect), grateful, gratified, grieved, guided(by), hailing,
      highlighting, honouring, hopeful, hoping, horrified, impressed, indignant,
      insisting, inspired(by), inviting, keeping(in mind, in view), lamenting,
      looking(forward), mindful, motivated(by), moved(by), noting, observing,
      outraged, paying(homage, tribute), perturbed, pleased, preoccupied, proclaiming,
      prompted(by), pursuant, re-emphasizing, reaffirming, realizing, recalling,
      recognising, recognizing, recommending, referring, regretting, reiterating,
      rejecting, rejoicing, relying, reminding, renewing, repeating, resolved,
      responding, restating, satisfied, saluting, seized, shocked, stressing,
      supporting, supportive, sympathizing, sensitive, taking(account, cognisance,
      cognizance, due account, due note, full account, into account, into
      consideration, note), thanking, touched, troubled, trusting, underlining,
      underscoring, urging, valuing, viewing, warning, welcoming, whereas, wishing,
      worried ]],
    --- Words that do so at the start of a paragraph only: they are common.
    weak = [[
      addressing, adopting, adhering, agreeing, calling(for, on, upon), celebrating,
      committed, dedicated, finding, following, fulfilling, mandated, meeting, moved,
      opposing, proceeding, pursuing, remaining, requesting, resolving, respecting,
      seeing, seeking, sharing, subscribing, understanding, upholding ]],
    opinion = "expressing",
    --- Words that take a participle or an adjective: "Having considered".
    auxiliary = {
      having = [[
        been apprised, been briefed, been informed, been seized, begun, heard, held,
        in mind, known, learned, learnt, met, read, regard, seen, taken cognisance,
        taken cognizance, taken due notice, taken into account, taken into
        consideration, taken note, undertaken ]],
      being = [[
        aware, cognizant, conscious, desirous, mindful, of the opinion, of the view ]],
    },
    --- The ending of a participle, for words that are in no list.
    participle = "ed$",
    ending = "ing$",
  },

  operative = {
    heads = [[
      accepts, accords, acknowledges, adopts, advises, affirms, agrees, amends,
      appeals, applauds, appoints, appreciates, approves, asks, authorises,
      authorizes, bears(in mind), calls(attention, for, on, upon), cautions,
      celebrates, censures, commemorates, commends, commits, concludes, concurs,
      condemns, confirms, congratulates, considers, continues, convenes, conveys,
      decides, declares, deems, demands, denounces, deplores, deprecates, designates,
      determines, directs, discontinues, dissolves, draws(attention, the attention),
      elects, emphasises, emphasizes, empowers, encourages, endorses, entrusts,
      establishes, exhorts, expects, extends, finds, grants, hails, highlights, hopes,
      identifies, insists, instructs, intends, invites, lauds, launches,
      looks(forward), maintains, mandates, nominates, notes, notifies, objects,
      observes, opposes, pays(homage, tribute), places(on record), pledges, postpones,
      proclaims, prohibits, pronounces, proposes, protests, puts(on record),
      re-elects, re-emphasizes, reaffirms, realizes, reasserts, recalls, recognises,
      recognizes, recommends, reconfirms, refers, regards, regrets, reiterates,
      rejects, rejoices, relies(on, upon), reminds, renews, repeals, repeats,
      requests, requires, rescinds, reserves, resolves, restates, revokes, salutes,
      solicits, stresses, strengthens, submits, suggests, suspends, takes(account,
      cognisance, cognizance, due account, due note, full account, into account, into
      consideration, note, up), terminates, thanks, transmits, trusts, underlines,
      underscores, understands, undertakes, urges, values, vests, warns, welcomes,
      wishes ]],
    weak = [[
      acts, addresses, assigns, assures, believes, changes, charges, constitutes,
      creates, defers, delegates, desires, discourages, fixes, gives, holds, honours,
      imposes, issues, joins, keeps, lends, lifts, makes, offers, orders, promotes,
      provides, ratifies, receives, records, registers, remains, retains, seeks,
      sends, sets(aside, up), shares, states, supports, views ]],
    opinion = "expresses",
    auxiliary = {
      has = "decided, resolved, agreed, considered, noted",
      is = [[
        aware, cognizant, conscious, confident, mindful, of the opinion, of the view ]],
    },
    participle = "ed$",
    ending = "[^s]s$",
  },

  --- What links the later phrases of a clause, and what may stand between:
  --- ", and in this context inviting".
  links = "and, but",
  between = [[
    in that connection, in that context, in that regard, in this connection, in this
    context, in this regard, in this respect ]],
  --- Heads that are no later phrases: what is before them says who does it.
  first_only = [[
    acting, concludes, continues, establishes, finds, identifies, launches, maintains,
    pledges, prohibits, proposes, requires, submits, suggests, terminates, transmits ]],
  --- Heads that are nouns, too: to be a later phrase they need an object, which
  --- does not begin with one of `behind_nouns`.
  behind_nouns = "and, at, by, from, of",
  nouns = [[
    appeals, approaches, calls, censures, commits, demands, directs, invites,
    mandates, notes, objects, proposes, protests, repeats, requests, resolves,
    salutes, thanks, trusts, values, wishes ]],
}
